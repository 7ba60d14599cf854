// The page on which a user logs in, or does not want to. Every user has the same password.
const PASSWORD = 'correct horse';

// Its text would be markup in a page that does not escape it.
const REFUSED = { error: 'access_denied', error_description: '<b>the user</b> cancelled & left' };

const PAGE = `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>Sign in to Example</title>
<form method="post">
  <label>User <input name="user" autofocus></label>
  <label>Password <input name="password" type="password"></label>
  <button type="submit">Sign in</button>
  <button type="submit" name="cancel" value="yes">Cancel</button>
</form>
</html>
`;

async function readForm(request) {
  let body = '';
  for await (const piece of request) body += piece;
  return new URLSearchParams(body);
}

// Returns the end of the interaction: who logs in with this request, or that the user refused. Returns
// undefined after the page was sent.
export async function loginPage(request, response, users) {
  if (request.method === 'POST') {
    const form = await readForm(request);
    if (form.has('cancel')) return REFUSED;
    const name = form.get('user');
    if (Object.hasOwn(users, name) && form.get('password') === PASSWORD) {
      return { login: { accountId: name } };
    }
  }
  response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
  return undefined;
}
