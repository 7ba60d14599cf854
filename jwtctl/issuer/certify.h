#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "core/base/time.h"

namespace pamjwt::ctl {

/// The options of `jwtctl certify`.
struct CertifyOptions {
  std::string key_path;  ///< a .pub file
  std::string out;       ///< as IsStandardOutput says, or a file; empty: KEY-cert.pub by KEY.pub
  std::string valid;     ///< from `iat` to the end, as ParseSpan reads it; empty: until `exp`
};

/// Runs `jwtctl certify`: makes the token certificate of a key, and writes it (mode 0600) or prints
/// it. `text` is SALT~TOKEN or SALT~TOKEN~BINDING. Replaces no file but a certificate. Warns if a
/// host would refuse the certificate, because no token names the key, or its time is over at `now`.
/// Returns kOk; kUsage if an option or the text is wrong, or another file is in the way; kNo if it
/// could not be made or written.
int RunCertify(const CertifyOptions& options, std::string_view text, UnixTime now,
               std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
