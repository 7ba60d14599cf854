#pragma once

namespace pamjwt::sso {

/// Prepares the process for secrets, before it reads one: it leaves no core and cannot be traced by
/// the user's other processes, programs that it runs inherit no descriptor above standard error,
/// the keys of its connections are written nowhere (SSLKEYLOGFILE, which the browser does not get
/// either), and a connection that breaks does not end it. There is no umask, which the browser
/// would inherit: each file is made with its own mode.
void HardenProcess();

}  // namespace pamjwt::sso
