#pragma once

#include <string>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/ssh/certificate.h"

namespace pamjwt::ctl {

/// Describes a certificate for people, one field per line: its key and its signer, each with the
/// fingerprint that ssh shows, principals, validity with its distance from `now`, critical options
/// and extensions. If it carries a token, also the salt, and whether the token names the key. All
/// of it is printable. Errors: kInternal.
Result<std::string> DescribeCertificate(const SshCertificate& certificate, UnixTime now);

}  // namespace pamjwt::ctl
