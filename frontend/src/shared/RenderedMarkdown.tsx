// Markdown as text: no raw HTML, no pictures from elsewhere, and links only to http, https and mailto.
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { safeUrl } from './safe_url';

const COMPONENTS: Components = { a: ({ children, href }) => <a href={href} target="_blank" rel="noreferrer noopener">{children}</a> };

export default function RenderedMarkdown({ text }: { text: string }) {
  return <ReactMarkdown skipHtml remarkPlugins={[remarkGfm]} urlTransform={safeUrl} disallowedElements={['img']} components={COMPONENTS}>{text}</ReactMarkdown>;
}
