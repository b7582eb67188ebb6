/** The frame around every page. */
import { Outlet } from '@tanstack/react-router';
import { Suspense } from 'react';
import { OfflineNote } from './connection.js';
import { Footer } from './footer.js';
import { Header } from './header.js';
import { PageSkeleton } from './page-skeleton.js';
import { PhoneBar } from './phone-bar.js';
import { Toasts } from './toasts.js';

export function Frame() {
  return (
    <>
      <a className="skip" href="#main">
        To the content
      </a>
      <Header />
      <main id="main" tabIndex={-1}>
        <OfflineNote />
        <Suspense fallback={<PageSkeleton />}>
          <Outlet />
        </Suspense>
      </main>
      <Footer />
      <PhoneBar />
      <Toasts />
    </>
  );
}
