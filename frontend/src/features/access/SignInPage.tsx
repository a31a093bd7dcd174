import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Navigate, useNavigate, useSearchParams } from 'react-router';
import { setupState } from '../../api/access';
import { Gate } from './Gate';
import { SignInForm } from './SignInForm';

export function SignInPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [parameters] = useSearchParams();
  const setup = useQuery({ queryKey: ['setup'], queryFn: setupState, retry: false });
  if (setup.data?.needs_setup) return <Navigate to="/setup" replace />;
  const next = parameters.get('next') ?? '/';
  // Only paths of this site: `//host` and `/\host` would leave it.
  const inside = /^\/(?![/\\])/.test(next) ? next : '/';
  return (
    <Gate title={t('access.sign_in')} lead={t('access.sign_in_lead')}>
      <SignInForm onDone={() => void navigate(inside, { replace: true })} />
    </Gate>
  );
}
