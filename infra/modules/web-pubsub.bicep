// Web PubSub: the live feed. No access keys.

@description('Where it is.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the service, unique in Azure.')
param name string

@description('Free_F1: 20 connections, 20,000 messages a day. Standard_S1: 1,000 connections a unit.')
@allowed(['Free_F1', 'Standard_S1'])
param skuName string

@description('Principal of the function app.')
param principalId string

var serviceOwner = '12cf5a90-567b-43ae-8102-96cf46c7d9b4'

resource service 'Microsoft.SignalRService/webPubSub@2024-03-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: skuName
    capacity: 1
  }
  properties: {
    disableLocalAuth: true
  }
}

resource maySend 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(service.id, principalId, serviceOwner)
  scope: service
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', serviceOwner)
  }
}

@description('WEB_PUBSUB_ENDPOINT of the host.')
output endpoint string = 'https://${service.properties.hostName}'
