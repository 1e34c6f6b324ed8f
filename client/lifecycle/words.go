package lifecycle

// words are what servers say of a token, in small letters. What the libraries say is
// taken from them (testdata/wordings.mjs, TestGolangJWT); the rest is what programs
// write by hand.
type words struct {
	names   list // of codes and types, without what separates their words, without a leading "err"
	phrases list // anywhere in a message
	clauses list // alone in a message, or between punctuation and fillers
}

// list is words with a bar between each two. A slice of strings would be a third longer:
// it says of each where it stands and how long it is.
type list string

// strongest are the words that tell a reason whatever else the server says, the strongest
// first.
var strongest = [...]struct {
	words  *words
	reason Reason
}{
	{&expired, ReasonExpired},
	{&missing, ReasonMissing},
}

// expired: the token's time is over.
var expired = words{
	names: "tokenexpired|jwtexpired|tokenexpirederror|expiredtoken|accesstokenexpired|authtokenexpired|" +
		"idtokenexpired|authidtokenexpired|expiredsignatureerror|expiredjwtexception|fastjwtexpired|" +
		"fstjwtauthorizationtokenexpired|authexpired",
	phrases: "jwt expired|jwt is expired|jwt has expired|signature has expired|maxage exceeded|" +
		`"exp" claim timestamp check failed|"iat" claim timestamp check failed (too far in the past)`,
	clauses: "token expired|token is expired|token has expired|expired token|expired access token|" +
		"expired auth token|expired jwt",
}

// missing: the server got no token.
var missing = words{
	names: "credentialsrequired|missingauthorizationheader|tokenmissing|missingtoken|tokenrequired|" +
		"notoken|notokenprovided|tokennotprovided|authenticationrequired|authrequired|" +
		"fstjwtnoauthorizationinheader|authmissing|noauth|authtokenmissing|missingauthtoken|noauthtoken|" +
		"accesstokenmissing|missingaccesstoken|noaccesstoken|jwtmissing|missingjwt",
	phrases: "jwt must be provided|no authorization token was found|no token provided|" +
		"no token was provided|server requires authorization header|missing authorization header|" +
		"no authorization header|no auth token",
	clauses: "no token|token missing|token is missing|missing token|missing access token|" +
		"missing auth token|missing authentication token|token required|token is required|" +
		"token not provided|token must be provided|jwt is missing|missing jwt|no jwt|" +
		"authentication required|authentication is required|no access token|no authentication token|" +
		"no authorization token|no jwt token|no bearer token|no session token|token was not provided|" +
		"missing bearer token|missing session token|jwt required|jwt is required|" +
		"token required for authentication|token is required for authentication|" +
		"authentication token not found|access token not found|authorization required|" +
		"authorization header missing|authorization header is missing",
}

// unclear: the token is refused; only its exp tells why.
var unclear = words{
	names: "invalidtoken|tokeninvalid|tokennotvalid|invalidtokenerror|unauthorized|unauthenticated|" +
		"notauthenticated|authenticationerror|authenticationfailed|authfailed|401|autherror|authinvalid|" +
		"invalidauth|authunauthorized|authinvalidtoken|authtokeninvalid|invalidauthtoken|" +
		"accesstokeninvalid|invalidaccesstoken|invalidjwt|badtoken",
	clauses: "invalid token|invalid access token|invalid auth token|invalid authentication token|" +
		"invalid bearer token|invalid jwt|invalid jwt token|jwt invalid|token invalid|token is invalid|" +
		"token not valid|token is not valid|invalid or expired token|expired or invalid token|" +
		"token is invalid or expired|invalid or missing token|missing or invalid token|" +
		"token expired or invalid|token verification failed|failed to authenticate token|unauthorized|" +
		"unauthorised|401 unauthorized|unauthenticated|not authenticated|authentication error|" +
		"authentication failed|auth error|auth failed|invalid credentials|invalid/expired token|" +
		"expired/invalid token|invalid or expired access token|invalid or expired auth token|" +
		"invalid or expired authentication token|invalid or expired jwt|token invalid or expired|" +
		"token is invalid or has expired|not valid token|no valid token|token not found|" +
		"token no longer valid|token is no longer valid|token failed|bad token|token validation failed|" +
		"jwt verification failed|failed to verify token|invalid session token|unauthorized socket|" +
		"unauthorized connection|unauthorized access|unauthorized user|unauthorized request",
}

// invalid: the token is refused for another reason than its time.
var invalid = words{
	names: "unauthorizederror|credentialsbadscheme|credentialsbadformat|invalidsecret|" + // socketio-jwt, express-jwt
		"revokedtoken|tokenrevoked|authtokenrevoked|tokenblacklisted|blacklistedtoken|tokenmalformed|" +
		"malformedtoken|jwtmalformed|invalidsignature|tokennotactive|" +
		"jsonwebtokenerror|notbeforeerror|" + // jsonwebtoken
		"jwtclaimvalidationfailed|jwtinvalid|jwsinvalid|jwssignatureverificationfailed|jweinvalid|" +
		"jwedecryptionfailed|josealgnotallowed|josenotsupported|jwksnomatchingkey|" +
		"jwksmultiplematchingkeys", // jose
	phrases: "jwt malformed|jwt must be a string|jwt signature is required|jwt not active|" +
		"jwt audience invalid|jwt issuer invalid|jwt subject invalid|jwt jwtid invalid|" +
		"jwt nonce invalid|invalid exp value|" +
		"invalid nbf value|iat required when maxage is specified|" + // jsonwebtoken
		`"iss" claim|"sub" claim|"aud" claim|"exp" claim|"nbf" claim|"iat" claim|"jti" claim|` +
		"jwt header value|jwt claims set|compact jws|compact jwe|jws protected header|jwe protected header|" +
		`"alg" (algorithm) header parameter|is not supported either by jose|` +
		`found in the json web key set|"alg" value for a json web key set|` + // and not that it cannot be fetched
		"decryption operation failed|" + // jose
		"format is authorization: bearer|invalid token datatype|token is missing or invalid bearer|" + // express-jwt, socketio-jwt
		"token has invalid claims|token has invalid audience|token has invalid issuer|" +
		"token has invalid subject|" +
		"token has invalid id|token is missing required claim|token signature is invalid|" + // golang-jwt
		"audience doesn't match|not enough segments|jwt signature does not match|" + // PyJWT, jjwt
		"not enough or too many segments", // jwt-simple
	clauses: "invalid signature|signature is invalid|signature verification failed|invalid algorithm|" +
		"algorithm not supported|token malformed|token is malformed|malformed token|" +
		"token is unverifiable|token used before issued|token is not valid yet|token is not yet valid|" +
		"token not yet active|token revoked|token is revoked|token has been revoked|invalid audience|" +
		"invalid issuer|invalid header string|invalid payload string|invalid crypto padding|" +
		"invalid header padding|invalid payload padding|the specified alg value is not allowed|" + // PyJWT
		"invalid token format|invalid token payload|invalid token signature|invalid token structure|" +
		"invalid token type|token blacklisted|token is blacklisted|token has been blacklisted",
}

// fillersBefore may stand between the beginning of a clause and what it says.
const fillersBefore list = "the|your|this|a|an|access|auth|authentication|authorization|bearer|firebase|" +
	"id|jwt|provided|supplied|socket|websocket|user|session|you|are|is"

// fillersAfter may follow what a clause says.
const fillersAfter list = "at|on|by|provided|supplied|given|found|please|error"
