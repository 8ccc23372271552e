// For many sockets to one CSMS: a virtual network for the app's outbound traffic, with a NAT gateway that brings 64,512 ports for each
// public address instead of 128 for each instance, and an address that a CSMS can allow.

@description('Where it is.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the virtual network; the gateway and its addresses are named after it.')
param name string

@description('Public addresses of the NAT gateway: each brings 64,512 ports.')
@minValue(1)
@maxValue(16)
param natAddressCount int

resource addresses 'Microsoft.Network/publicIPAddresses@2024-05-01' = [
  for index in range(0, natAddressCount): {
    name: '${name}-nat-${index}'
    location: location
    tags: tags
    sku: {
      name: 'Standard'
    }
    properties: {
      publicIPAllocationMethod: 'Static'
      publicIPAddressVersion: 'IPv4'
    }
  }
]

resource gateway 'Microsoft.Network/natGateways@2024-05-01' = {
  name: '${name}-nat'
  location: location
  tags: tags
  sku: {
    name: 'Standard'
  }
  properties: {
    // Longer than the longest ping interval that is sensible: an idle WebSocket stays.
    idleTimeoutInMinutes: 10
    publicIpAddresses: [
      for index in range(0, natAddressCount): {
        id: addresses[index].id
      }
    ]
  }
}

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: {
      addressPrefixes: ['10.0.0.0/16']
    }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: '10.0.0.0/24'
          natGateway: {
            id: gateway.id
          }
          // What Flex Consumption asks for; the subscription needs the provider Microsoft.App.
          delegations: [
            {
              name: 'flex'
              properties: {
                serviceName: 'Microsoft.App/environments'
              }
            }
          ]
          // Azure's own services are reached without the gateway: no ports, no price per gigabyte.
          serviceEndpoints: [
            {
              service: 'Microsoft.AzureCosmosDB'
            }
            {
              service: 'Microsoft.Storage'
            }
          ]
        }
      }
    ]
  }
}

@description('Subnet that the function app sends through.')
output subnetId string = network.properties.subnets[0].id

@description('Addresses that the CSMS sees.')
output outboundAddresses array = [for index in range(0, natAddressCount): addresses[index].properties.ipAddress]
