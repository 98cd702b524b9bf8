/** Rights for users of the secured listener, as Kafka's ACLs. */
import {
  type AclOperationTypes,
  AclPermissionTypes,
  type AclResourceTypes,
  type Admin,
  ResourcePatternTypes,
} from 'kafkajs';

export type Grant = readonly [AclResourceTypes, name: string, AclOperationTypes];

/** To the guest, who has none at first. */
export const grantGuest = async (admin: Admin, grants: readonly Grant[]): Promise<void> => {
  await admin.createAcls({
    acl: grants.map(([resourceType, resourceName, operation]) => ({
      resourceType,
      resourceName,
      operation,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: 'User:guest',
      host: '*',
      permissionType: AclPermissionTypes.ALLOW,
    })),
  });
};
