// A frame for Markdown; what renders it loads when it is first needed.
import { lazy, Suspense } from 'react';
import { PageLoading } from './PageLoading';
import classes from './Markdown.module.css';

const Rendered = lazy(() => import('./RenderedMarkdown'));

export function Markdown({ text }: { text: string }) {
  return (
    <Suspense fallback={<PageLoading />}>
      <div className={classes.prose} data-testid="markdown">
        <Rendered text={text} />
      </div>
    </Suspense>
  );
}
