// The Flex Consumption plan and the function app on it. It signs in everywhere as its user-assigned identity; no setting is a secret.

@description('Where it is.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the function app, unique in Azure: the first part of its URL.')
param name string

@description('Name of the plan.')
param planName string

@description('Name that azure.yaml knows the app by.')
param serviceName string

@description('Node.js version of the platform.')
@allowed(['20', '22', '24'])
param nodeVersion string

@description('Memory of an instance, MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int

@description('Instances at most.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int

@description('HTTP requests at a time in one instance. They mostly wait for a CSMS, so more than the platform\'s default.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int

@description('Instances of the durable functions that are always there: no cold start of a wake, for a price by the hour.')
@minValue(0)
param alwaysReadyDurable int

@description('Resource id of the user-assigned identity.')
param identityId string

@description('Client id of the user-assigned identity.')
param identityClientId string

@description('Application Insights resource in the same group.')
param applicationInsightsName string

@description('Container of the deployment package.')
param packageUrl string

@description('Blobs of the runtime\'s storage account.')
param blobEndpoint string

@description('Queues of the runtime\'s storage account.')
param queueEndpoint string

@description('Tables of the runtime\'s storage account.')
param tableEndpoint string

@description('Subnet for outbound traffic. Empty: none.')
param subnetId string

@description('Settings of the charger simulator: lib/host/settings.ts checks them. Empty values are left out by it. One of them is a key.')
@secure()
param settings object

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
  }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': serviceName })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      http20Enabled: true
    }
    functionAppConfig: {
      runtime: {
        name: 'node'
        version: nodeVersion
      }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyDurable == 0 ? [] : [{ name: 'durable', instanceCount: alwaysReadyDurable }]
        triggers: {
          http: {
            perInstanceConcurrency: httpConcurrency
          }
        }
      }
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(settings, {
      AZURE_CLIENT_ID: identityClientId
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identityClientId
      AzureWebJobsStorage__blobServiceUri: blobEndpoint
      AzureWebJobsStorage__queueServiceUri: queueEndpoint
      AzureWebJobsStorage__tableServiceUri: tableEndpoint
      // Says where to send; without a sign-in nothing is taken there.
      APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsights.properties.ConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
    })
  }

  // No user names and passwords for deployment either.
  resource noFtp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: {
      allow: false
    }
  }

  resource noBasicAuth 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }
}

@description('Name of the function app.')
output name string = app.name

@description('Where it answers, without /api.')
output url string = 'https://${app.properties.defaultHostName}'
