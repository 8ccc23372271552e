// Cosmos DB: a serverless account, the database, its containers as the store declares them. No keys: data is for principals with a role.
// A data role cannot make databases and containers; that is why they are made here and not by the app.

@description('Where it is.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the account, unique in Azure.')
param name string

@description('Name of the database.')
param databaseName string

@description('Principal of the function app.')
param principalId string

@description('Principal of a person who may read and write the data, too: to run the host at a desk against this account. Empty: nobody.')
param developerPrincipalId string

// Generated: node scripts/cosmos-containers.mjs
var containers = loadJsonContent('../cosmos-containers.json')

var principals = empty(developerPrincipalId) ? [principalId] : [principalId, developerPrincipalId]

// Cosmos DB Built-in Data Contributor: documents, no databases, no containers, no keys.
var dataContributor = '00000000-0000-0000-0000-000000000002'

resource account 'Microsoft.DocumentDB/databaseAccounts@2024-11-15' = {
  name: name
  location: location
  tags: tags
  kind: 'GlobalDocumentDB'
  properties: {
    databaseAccountOfferType: 'Standard'
    capabilities: [
      {
        name: 'EnableServerless'
      }
    ]
    locations: [
      {
        locationName: location
        failoverPriority: 0
        isZoneRedundant: false
      }
    ]
    consistencyPolicy: {
      defaultConsistencyLevel: 'Session'
    }
    disableLocalAuth: true
    disableKeyBasedMetadataWriteAccess: true
    minimalTlsVersion: 'Tls12'
  }
}

resource database 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases@2024-11-15' = {
  parent: account
  name: databaseName
  properties: {
    resource: {
      id: databaseName
    }
  }
}

resource container 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2024-11-15' = [
  for definition in containers: {
    parent: database
    name: definition.id
    properties: {
      resource: definition
    }
  }
]

// On the account, which holds nothing else: SDKs read the account's metadata first.
resource mayUse 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2024-11-15' = [
  for principal in principals: {
    parent: account
    name: guid(account.id, principal, dataContributor)
    properties: {
      principalId: principal
      roleDefinitionId: '${account.id}/sqlRoleDefinitions/${dataContributor}'
      scope: account.id
    }
  }
]

@description('COSMOS_ENDPOINT of the host.')
output endpoint string = account.properties.documentEndpoint

@description('COSMOS_DATABASE of the host.')
output databaseName string = database.name
