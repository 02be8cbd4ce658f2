/** The two ways in which a browser proves to your API who it is: it sends cookies by itself, and tokens when you say so. */
export const CREDENTIALS = {
  cookie: async () => ({ credentials: 'same-origin' }),
  bearer: async () => ({ credentials: 'omit', headers: await bearerHeader() }),
};

/** Clerk keeps the token and gets a new one before it runs out. */
async function bearerHeader() {
  const token = await window.Clerk?.session?.getToken();
  return token ? { Authorization: `Bearer ${token}` } : {};
}
