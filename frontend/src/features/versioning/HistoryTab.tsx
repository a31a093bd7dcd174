// The commits behind a ref, newest first, and the comparison of any two versions.
import { useSearchParams } from 'react-router';
import { CommitList } from './CommitList';
import { DiffView } from './DiffView';

export default function HistoryTab({ dataset, refName }: { dataset: string; refName: string }) {
  const [parameters, setParameters] = useSearchParams();
  const a = parameters.get('a');
  const b = parameters.get('b');
  const compare = (older: string | null, newer: string | null) => setParameters((before) => {
    for (const [key, value] of [['a', older], ['b', newer]] as const) {
      if (value) before.set(key, value);
      else before.delete(key);
    }
    return before;
  });
  if (a && b) return <DiffView dataset={dataset} a={a} b={b} onChange={compare} onBack={() => compare(null, null)} />;
  return <CommitList dataset={dataset} refName={refName} onCompare={compare} />;
}
