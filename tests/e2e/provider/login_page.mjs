// The page on which a user logs in. Every user has the same password.
const PASSWORD = 'correct horse';

const PAGE = `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>Sign in to Example</title>
<form method="post">
  <label>User <input name="user" autofocus></label>
  <label>Password <input name="password" type="password"></label>
  <button type="submit">Sign in</button>
</form>
</html>
`;

async function readForm(request) {
  let body = '';
  for await (const piece of request) body += piece;
  return new URLSearchParams(body);
}

// Returns the name of the user who logs in with this request, or undefined after the page was sent.
export async function loginPage(request, response, users) {
  if (request.method === 'POST') {
    const form = await readForm(request);
    const name = form.get('user');
    if (Object.hasOwn(users, name) && form.get('password') === PASSWORD) return name;
  }
  response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
  return undefined;
}
