/**
 * Which member gets which lanes: balanced (shares differ by at most one), sticky (only what must move moves), and the
 * same partition number of all source topics together. Pure: the leader of the group calls it with everybody's claims.
 */
export interface Claim {
  readonly memberId: string;
  /** Lanes the member had when it joined. */
  readonly lanes: readonly number[];
  /** When it got them, epoch ms: of two members that claim a lane, the later one has it. */
  readonly at: number;
}

/** Lanes by member id. Unclaimed lanes and those above a member's fair share go to who has fewest. */
export const assignLanes = (claims: readonly Claim[], laneCount: number): Map<string, number[]> => {
  const members = [...claims].sort((a, b) => (a.memberId < b.memberId ? -1 : 1));
  const owner = new Map<number, Claim>();
  for (const claim of members)
    for (const lane of claim.lanes)
      if (lane >= 0 && lane < laneCount && claim.at > (owner.get(lane)?.at ?? -1)) owner.set(lane, claim);

  const shares = new Map(members.map(({ memberId }) => [memberId, [] as number[]]));
  const free: number[] = [];
  for (let lane = 0; lane < laneCount; lane++) {
    const claim = owner.get(lane);
    if (claim) shares.get(claim.memberId)?.push(lane);
    else free.push(lane);
  }
  if (members.length === 0) return shares;

  // Who holds most may keep the odd lanes: fewer move.
  const least = Math.floor(laneCount / members.length);
  let odd = laneCount % members.length;
  const bySize = [...shares.values()].sort((a, b) => b.length - a.length);
  const room = bySize.map(share => {
    const size = least + (odd > 0 ? 1 : 0);
    if (odd > 0) odd -= 1;
    free.push(...share.splice(size));
    return { share, missing: size - share.length };
  });
  free.sort((a, b) => a - b);
  for (const { share, missing } of room) share.push(...free.splice(0, missing));
  for (const share of shares.values()) share.sort((a, b) => a - b);
  return shares;
};
