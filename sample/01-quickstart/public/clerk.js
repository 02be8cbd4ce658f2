/** Loads Clerk's own front end, and starts it. */
export async function startClerk({ kind, publishableKey, frontendApi, scripts }) {
  const base = kind === 'local-clerk' ? location.origin + frontendApi : frontendApi;
  const attributes = { 'data-clerk-publishable-key': publishableKey };
  // Without it clerk-js speaks to the host that the publishable key names.
  if (kind === 'local-clerk') attributes['data-clerk-proxy-url'] = base;
  for (const path of scripts) await loadScript(base + path, attributes);

  const { Clerk, __internal_ClerkUICtor: ClerkUI } = window;
  await Clerk.load({
    ui: { ClerkUI },
    telemetry: false,
    appearance: { variables: { colorPrimary: '#4f46e5' } },
    signInUrl: '/?sign-in',
    signUpUrl: '/?sign-up',
    afterSignOutUrl: '/',
  });
  return Clerk;
}

function loadScript(src, attributes) {
  const script = document.createElement('script');
  for (const [name, value] of Object.entries(attributes)) script.setAttribute(name, value);
  script.crossOrigin = 'anonymous';
  script.src = src;
  return new Promise((resolve, reject) => {
    script.onload = resolve;
    script.onerror = () => reject(new Error(`${src} cannot be loaded.`));
    document.head.append(script);
  });
}
