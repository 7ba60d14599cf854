#pragma once

#include <string>

#include "core/config/client_profile.h"

namespace pamjwt::sso {

/// The files by which ssh takes the certificate of a profile.
struct CertificateFiles {
  std::string key;          ///< for IdentityFile: a private key, or the public key of an agent's
  std::string certificate;  ///< for CertificateFile
};

/// Returns the files for a key. `state` is the directory of the profile's state, and a path in
/// `key` has no "~". The files need not be there yet.
CertificateFiles FilesOf(const ClientKey& key, const std::string& state);

}  // namespace pamjwt::sso
