// The language: chosen by the person, else by the browser; remembered in the browser.
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { resources } from './strings';

export type Language = 'en' | 'zh';
const STORED = 'strata.language';

function firstLanguage(): Language {
  const stored = localStorage.getItem(STORED);
  if (stored === 'en' || stored === 'zh') return stored;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

function tellDocument(language: string): void {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}

export function startI18n(): void {
  void i18next.use(initReactI18next).init({
    lng: firstLanguage(),
    fallbackLng: 'en',
    resources: { en: { translation: resources.en }, zh: { translation: resources.zh } },
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  tellDocument(i18next.language);
}

export function setLanguage(language: Language): void {
  localStorage.setItem(STORED, language);
  tellDocument(language);
  void i18next.changeLanguage(language);
}
