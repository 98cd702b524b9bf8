/** What the changelog holds: records of two types on one topic. */
export const stateTypes = ['odp.state.OrderState', 'odp.state.LanePosition'] as const;
