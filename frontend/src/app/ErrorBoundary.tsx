// Catches what a page throws while drawing, so that one broken page does not take the shell with it.
import { Component, type ReactNode } from 'react';
import { ErrorNotice } from '../shared/ErrorNotice';

interface State {
  error: Error | null;
}

export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override render(): ReactNode {
    if (!this.state.error) return this.props.children;
    return <ErrorNotice error={this.state.error} onRetry={() => this.setState({ error: null })} page />;
  }
}
