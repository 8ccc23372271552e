// The identity that the function app is, wherever it signs in. Its roles are with the resources they are for.

@description('Where it is.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the identity.')
param name string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: name
  location: location
  tags: tags
}

@description('Resource id: what the function app is given.')
output id string = identity.id

@description('What roles are assigned to.')
output principalId string = identity.properties.principalId

@description('What SDKs name the identity by.')
output clientId string = identity.properties.clientId
