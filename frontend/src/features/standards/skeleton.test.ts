import { describe, expect, it } from 'vitest';
import { addJoint, moveJoint, person, placesOf, removeJoint, renameJoint, toggleEdge } from './skeleton';

const leg = { points: ['hip', 'knee', 'ankle'], edges: [[0, 1], [1, 2]] };

describe('a skeleton', () => {
  it('gains and renames joints', () => {
    expect(addJoint(leg).points.at(-1)).toBe('joint4');
    expect(renameJoint(leg, 1, 'Knie').points).toEqual(['hip', 'Knie', 'ankle']);
  });
  it('loses the edges of a joint that goes, and the others follow', () => {
    expect(removeJoint(leg, 0)).toEqual({ points: ['knee', 'ankle'], edges: [[0, 1]] });
    expect(removeJoint(leg, 1).edges).toEqual([]);
  });
  it('keeps the same joints joined when they are put in another order', () => {
    const named = ({ points, edges }: { points: string[]; edges?: number[][] }) => (edges ?? []).map((edge) => edge.map((end) => points[end]).sort().join()).sort();
    for (const [from, to] of [[0, 2], [2, 0], [1, 0]] as const) expect(named(moveJoint(leg, from, to))).toEqual(named(leg));
    expect(moveJoint(leg, 0, 2).points).toEqual(['knee', 'ankle', 'hip']);
  });
  it('joins two joints, parts them again, and never joins one with itself', () => {
    const joined = toggleEdge(leg, 2, 0);
    expect(joined.edges).toHaveLength(3);
    expect(toggleEdge(joined, 0, 2)).toEqual(leg);
    expect(toggleEdge(leg, 1, 1)).toBe(leg);
  });
  it('is drawn as a body where its joints are a body’s, else as a ring', () => {
    expect(person().points).toHaveLength(17);
    expect(placesOf(person().points)[0]).toEqual([50, 15]);
    expect(placesOf(['nose', 'tail'])).toEqual([[50, 8], [expect.closeTo(50), 92]]);
    expect(placesOf(['nose', 'nose'])[0]).toEqual([50, 8]);
  });
});
