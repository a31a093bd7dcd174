// Markdown as text: no raw HTML, and links only to http, https and mailto.
import { lazy, Suspense } from 'react';
import { PageLoading } from './PageLoading';
import classes from './Markdown.module.css';

const ReactMarkdown = lazy(() => import('react-markdown'));

function safeUrl(url: string): string {
  return /^(https?:|mailto:)/i.test(url) ? url : '';
}

export function Markdown({ text }: { text: string }) {
  return (
    <Suspense fallback={<PageLoading />}>
      <div className={classes.prose} data-testid="markdown">
        <ReactMarkdown skipHtml urlTransform={safeUrl} disallowedElements={['img']} components={{ a: ({ children, href }) => <a href={href} target="_blank" rel="noreferrer noopener">{children}</a> }}>
          {text}
        </ReactMarkdown>
      </div>
    </Suspense>
  );
}
