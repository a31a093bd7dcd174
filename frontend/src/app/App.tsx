// Providers and routes. Pages load when they are first visited, the canvas only with the label page.
import { MantineProvider, mergeThemeOverrides } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { BrowserRouter, Navigate, Outlet, Route, Routes } from 'react-router';
import { ApiError } from '../api/client';
import { SetupPage } from '../features/access/SetupPage';
import { SignInPage } from '../features/access/SignInPage';
import { SessionExpired } from '../features/access/SessionExpired';
import { KeptWorkProvider } from '../features/labeling/kept/KeptWork';
import { PageLoading } from '../shared/PageLoading';
import { ErrorBoundary } from './ErrorBoundary';
import { NotFound } from './NotFound';
import { RequireSession, useSession, WorkspaceGate } from './session';
import { Shell } from './Shell';
import { theme } from './theme';

const DatasetsPage = lazy(() => import('../features/datasets/DatasetsPage'));
const DatasetPage = lazy(() => import('../features/datasets/DatasetPage'));
const StandardsPage = lazy(() => import('../features/standards/StandardsPage'));
const StandardPage = lazy(() => import('../features/standards/StandardPage'));
const ProjectsPage = lazy(() => import('../features/labeling/ProjectsPage'));
const NewProjectPage = lazy(() => import('../features/labeling/NewProjectPage'));
const ProjectPage = lazy(() => import('../features/labeling/ProjectPage'));
const LabelPage = lazy(() => import('../features/labeling/LabelPage'));
const ReviewPage = lazy(() => import('../features/review/ReviewPage'));
const ModelsPage = lazy(() => import('../features/models/ModelsPage'));
const SettingsPage = lazy(() => import('../features/access/SettingsPage'));
const JobsPage = lazy(() => import('./jobs/JobsPage'));

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: false,
      retry: (failures, cause) => failures < 2 && cause instanceof ApiError && cause.transient,
    },
  },
});

const page = (element: ReactNode) => (
  <ErrorBoundary>
    <Suspense fallback={<PageLoading />}>{element}</Suspense>
  </ErrorBoundary>
);

function FirstWorkspace() {
  const me = useSession();
  const last = localStorage.getItem('strata.workspace');
  const target = me.workspaces.find((each) => each.slug === last) ?? me.workspaces[0];
  return target ? <Navigate to={`/w/${target.slug}/datasets`} replace /> : <NotFound />;
}

function Signed() {
  return (
    <RequireSession>
      <KeptWorkProvider>
        <Outlet />
        <SessionExpired />
      </KeptWorkProvider>
    </RequireSession>
  );
}

function InWorkspace() {
  return (
    <WorkspaceGate missing={<NotFound />}>
      <Outlet />
    </WorkspaceGate>
  );
}

/** The theme, with the words that stand in it in the language of now. */
function useWordedTheme() {
  const { t } = useTranslation();
  return useMemo(() => {
    const closing = { defaultProps: { closeButtonProps: { 'aria-label': t('shared.close') } } };
    const portal = { defaultProps: { target: '#overlays' } };
    return mergeThemeOverrides(theme, { components: { Modal: closing, Drawer: closing, Portal: portal } });
  }, [t]);
}

export function App() {
  const { t } = useTranslation();
  const worded = useWordedTheme();
  return (
    <MantineProvider theme={worded} defaultColorScheme="auto">
      <Notifications position="bottom-right" limit={4} />
      <QueryClientProvider client={queries}>
        <BrowserRouter>
          <Routes>
            <Route path="/signin" element={<SignInPage />} />
            <Route path="/setup" element={<SetupPage />} />
            <Route element={<Signed />}>
              <Route index element={<FirstWorkspace />} />
              <Route path="/w/:workspace" element={<InWorkspace />}>
                <Route path="projects/:project/label" element={page(<LabelPage />)} />
                <Route path="projects/:project/review" element={page(<ReviewPage />)} />
                <Route element={<Shell />}>
                  <Route index element={<Navigate to="datasets" replace />} />
                  <Route path="datasets" element={page(<DatasetsPage />)} />
                  <Route path="datasets/:dataset/:tab?" element={page(<DatasetPage />)} />
                  <Route path="standards" element={page(<StandardsPage />)} />
                  <Route path="standards/:standard" element={page(<StandardPage />)} />
                  <Route path="projects" element={page(<ProjectsPage />)} />
                  <Route path="projects/new" element={page(<NewProjectPage />)} />
                  <Route path="projects/:project" element={page(<ProjectPage />)} />
                  <Route path="models" element={page(<ModelsPage />)} />
                  <Route path="settings/:tab?" element={page(<SettingsPage />)} />
                  <Route path="jobs/:job?" element={page(<JobsPage />)} />
                  <Route path="*" element={<NotFound />} />
                </Route>
              </Route>
              <Route path="*" element={<NotFound />} />
            </Route>
          </Routes>
        </BrowserRouter>
      </QueryClientProvider>
      {/* A landmark for what lies over the page: menus, dialogs, messages. */}
      <section id="overlays" aria-label={t('shell.overlays')} />
    </MantineProvider>
  );
}
