#include "jwt-sso/verbs/certificate_files.h"

#include <string_view>

namespace pamjwt::sso {

CertificateFiles FilesOf(const ClientKey& key, const std::string& state) {
  constexpr std::string_view kPublic = ".pub";
  CertificateFiles files{state + "/key", state + "/key-cert.pub"};
  switch (key.kind) {
    case ClientKey::Kind::kNew:
      break;
    case ClientKey::Kind::kAgent:
      files.key += kPublic;
      break;
    case ClientKey::Kind::kFile:
      files.key = key.name.substr(0, key.name.size() - kPublic.size());
      break;
  }
  return files;
}

}  // namespace pamjwt::sso
