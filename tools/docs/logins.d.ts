// The parts of three login packages that the snippets of docs/login.md use, typed as in @auth0/auth0-spa-js 2.28,
// oidc-client-ts 3.5 and @supabase/supabase-js 2.109. The packages themselves are not installed; e2e/specs/docs.spec.js
// gives the pages fakes of these parts.

declare module "@auth0/auth0-spa-js" {
  interface Auth0Client {
    getTokenSilently(options?: { cacheMode?: "on" | "off" | "cache-only" }): Promise<string>;
    loginWithRedirect(options?: object): Promise<void>;
  }
  function createAuth0Client(options: { domain: string; clientId: string; authorizationParams?: { audience?: string; redirect_uri?: string } }): Promise<Auth0Client>;
}

declare module "oidc-client-ts" {
  interface User {
    access_token: string;
    readonly expired: boolean | undefined;
  }
  class UserManager {
    constructor(settings: { authority: string; client_id: string; redirect_uri: string; automaticSilentRenew?: boolean });
    getUser(): Promise<User | null>;
    signinSilent(): Promise<User | null>;
    signinRedirect(): Promise<void>;
  }
}

declare module "@supabase/supabase-js" {
  type Answer = Promise<{ data: { session: { access_token: string } | null }; error: Error | null }>;
  interface SupabaseClient {
    auth: {
      getSession(): Answer;
      refreshSession(): Answer;
      onAuthStateChange(listener: (event: "INITIAL_SESSION" | "SIGNED_IN" | "SIGNED_OUT" | "TOKEN_REFRESHED") => void): unknown;
    };
  }
  function createClient(address: string, key: string): SupabaseClient;
}
