/** Who is in a group, and its end: with the group go its offsets, and only while nobody is in it. */
import type { Admin } from 'kafkajs';

export interface Member {
  readonly clientId: string;
  readonly host: string;
}

/** Of a group that there is not: none. */
export const membersOf = async (admin: Admin, group: string): Promise<readonly Member[]> => {
  const { groups } = await admin.describeGroups([group]);
  return groups.flatMap(({ members }) =>
    members.map(({ clientId, clientHost }) => ({ clientId, host: clientHost.replace(/^\//, '') })),
  );
};

/** Partitions for which the group has committed an offset. */
export const offsetsCount = async (admin: Admin, group: string): Promise<number> => {
  const topics = await admin.fetchOffsets({ groupId: group });
  return topics.flatMap(({ partitions }) => partitions.filter(({ offset }) => Number(offset) >= 0)).length;
};

/** @returns Whether it is gone; false: it has members, and nothing was changed. The broker decides both as one. */
export const deleteGroup = async (admin: Admin, group: string): Promise<boolean> => {
  try {
    await admin.deleteGroups([group]);
    return true;
  } catch (error) {
    const types = refusals(error);
    if (types.includes('GROUP_ID_NOT_FOUND')) return true;
    if (types.includes('NON_EMPTY_GROUP')) return false;
    throw error;
  }
};

/** kafkajs tells them by group. */
const refusals = (error: unknown): readonly string[] =>
  ((error as { groups?: readonly { error?: { type?: string } }[] }).groups ?? []).flatMap(({ error: one }) =>
    one?.type === undefined ? [] : [one.type],
  );
