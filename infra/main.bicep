// The charger simulator on Azure: a resource group with everything in it. docs/azure.md tells how it is deployed.
targetScope = 'subscription'

@description('Name of the environment: it names the resource group, and with the subscription and the location every resource in it.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('Where everything is: a region that has Flex Consumption.')
@minLength(1)
@metadata({
  azd: {
    type: 'location'
  }
})
param location string

@description('Name of the resource group. Empty: rg- and the name of the environment.')
param resourceGroupName string = ''

@description('Node.js version of the platform.')
@allowed(['20', '22', '24'])
param nodeVersion string = '22'

@description('Memory of an instance, MB. A charger takes kilobytes; 2048 buys CPU and bandwidth.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Instances at most, of HTTP functions, durable functions and timers each.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('HTTP requests at a time in one instance.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int = 50

@description('Instances of the durable functions that are always there. 0: cold starts, no standing price.')
@minValue(0)
@maxValue(100)
param alwaysReadyDurable int = 0

@description('COSMOS_DATABASE: the database, made in an account of its own.')
param cosmosDatabase string = 'charger-simulator'

@description('HOLD_WINDOW_SECONDS: how long one activity holds the socket of a charger that must be reachable. Well below functionTimeout of host.json: a function that times out takes all sockets of its process with it.')
@minValue(10)
@maxValue(540)
param holdWindowSeconds int = 240

@description('SWEEP_SCHEDULE: NCRONTAB of six fields; when overdue chargers are looked for.')
param sweepSchedule string = '0 * * * * *'

@description('FLEET_RUN_CHARGERS: the most chargers that a fleet run may have.')
@minValue(1)
@maxValue(20000)
param fleetRunChargers int = 2000

@description('FLEET_BATCH_CHARGERS: how many of them go in one batch, which one process has at a time. Without a NAT gateway an instance is promised 128 ports to one CSMS.')
@minValue(1)
@maxValue(500)
param fleetBatchChargers int = 100

@description('MESSAGE_LOG_TTL_DAYS: days that OCPP logs are kept.')
@minValue(1)
param messageLogTtlDays int = 7

@description('LOG_LEVEL of the host.')
@allowed(['debug', 'info', 'warn', 'error'])
param logLevel string = 'info'

@description('CSMS_ALLOWED_HOSTS: comma-separated host patterns that chargers may dial. Empty: any but cloud metadata addresses.')
param csmsAllowedHosts string = ''

@description('SECRETS_KEY: 32 random bytes in base64 that passwords and private keys of chargers are kept encrypted with. Empty: chargers take no private keys.')
@secure()
param secretsKey string = ''

@description('Web PubSub for the live feed.')
param webPubSubEnabled bool = true

@description('Size of Web PubSub.')
@allowed(['Free_F1', 'Standard_S1'])
param webPubSubSku string = 'Free_F1'

@description('Virtual network and NAT gateway for outbound traffic: for more than about 100 sockets at a time to one CSMS, or a fixed address. Costs by the hour.')
param vnetEnabled bool = false

@description('Public addresses of the NAT gateway; 64,512 ports each.')
@minValue(1)
@maxValue(16)
param natAddressCount int = 1

@description('Redundancy of the runtime\'s storage account.')
@allowed(['Standard_LRS', 'Standard_ZRS'])
param storageSku string = 'Standard_LRS'

@description('Days that logs and telemetry are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Gigabytes of logs a day at most. -1: no limit.')
param logDailyCapGb int = 1

@description('Object id of a person who may read and write the chargers, too. Empty: nobody.')
param developerPrincipalId string = ''

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
// The service of azure.yaml.
var serviceName = 'simulator'

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: empty(resourceGroupName) ? 'rg-${environmentName}' : resourceGroupName
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  scope: group
  params: {
    location: location
    tags: tags
    name: 'id-${token}'
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    location: location
    tags: tags
    workspaceName: 'log-${token}'
    applicationInsightsName: 'appi-${token}'
    retentionDays: logRetentionDays
    dailyCapGb: logDailyCapGb
    principalId: identity.outputs.principalId
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  scope: group
  params: {
    location: location
    tags: tags
    name: 'st${token}'
    skuName: storageSku
    principalId: identity.outputs.principalId
  }
}

module cosmos 'modules/cosmos.bicep' = {
  name: 'cosmos'
  scope: group
  params: {
    location: location
    tags: tags
    name: 'cosmos-${token}'
    databaseName: cosmosDatabase
    principalId: identity.outputs.principalId
    developerPrincipalId: developerPrincipalId
  }
}

module webPubSub 'modules/web-pubsub.bicep' = if (webPubSubEnabled) {
  name: 'web-pubsub'
  scope: group
  params: {
    location: location
    tags: tags
    name: 'wps-${token}'
    skuName: webPubSubSku
    principalId: identity.outputs.principalId
  }
}

module network 'modules/network.bicep' = if (vnetEnabled) {
  name: 'network'
  scope: group
  params: {
    location: location
    tags: tags
    name: 'vnet-${token}'
    natAddressCount: natAddressCount
  }
}

module functionApp 'modules/function-app.bicep' = {
  name: 'function-app'
  scope: group
  params: {
    location: location
    tags: tags
    name: 'func-${token}'
    planName: 'plan-${token}'
    serviceName: serviceName
    nodeVersion: nodeVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    httpConcurrency: httpConcurrency
    alwaysReadyDurable: alwaysReadyDurable
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    applicationInsightsName: monitoring.outputs.applicationInsightsName
    packageUrl: storage.outputs.packageUrl
    blobEndpoint: storage.outputs.blobEndpoint
    queueEndpoint: storage.outputs.queueEndpoint
    tableEndpoint: storage.outputs.tableEndpoint
    subnetId: vnetEnabled ? network!.outputs.subnetId : ''
    settings: {
      STORE: 'cosmos'
      COSMOS_ENDPOINT: cosmos.outputs.endpoint
      COSMOS_DATABASE: cosmos.outputs.databaseName
      WEB_PUBSUB_ENDPOINT: webPubSubEnabled ? webPubSub!.outputs.endpoint : ''
      CSMS_ALLOWED_HOSTS: csmsAllowedHosts
      SECRETS_KEY: secretsKey
      HOLD_WINDOW_SECONDS: string(holdWindowSeconds)
      SWEEP_SCHEDULE: sweepSchedule
      FLEET_RUN_CHARGERS: string(fleetRunChargers)
      FLEET_BATCH_CHARGERS: string(fleetBatchChargers)
      MESSAGE_LOG_TTL_DAYS: string(messageLogTtlDays)
      LOG_LEVEL: logLevel
    }
  }
}

@description('Where the simulator answers.')
output SIMULATOR_URL string = '${functionApp.outputs.url}/api'

@description('For az and func.')
output AZURE_FUNCTION_APP_NAME string = functionApp.outputs.name

@description('For az.')
output AZURE_RESOURCE_GROUP string = group.name

@description('For tests against a real account.')
output COSMOS_ENDPOINT string = cosmos.outputs.endpoint

@description('Addresses that the CSMS sees, where there is a NAT gateway.')
output OUTBOUND_ADDRESSES array = vnetEnabled ? network!.outputs.outboundAddresses : []
