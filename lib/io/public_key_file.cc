#include "io/public_key_file.h"

#include <string_view>
#include <utility>

#include "core/base/secret.h"
#include "core/ssh/key_line.h"
#include "io/bounded_read.h"

namespace pamjwt {
namespace {

/// Says what a text is that is not a line of OpenSSH. Returns "" if nothing is seen.
std::string DescribeOtherForm(std::string_view text, const std::string& path) {
  if (text.find("PRIVATE KEY-----") != std::string_view::npos) {
    return "it is a private key: give the public key, " + path + ".pub";
  }
  if (text.find("BEGIN SSH2 PUBLIC KEY") != std::string_view::npos ||
      text.find("-----BEGIN") != std::string_view::npos) {
    return "it is not in OpenSSH's form: ssh-keygen -i -f converts it";
  }
  return "";
}

Result<SshPublicKey> ParsePublicKey(std::string_view text, const std::string& path) {
  const std::string other_form = DescribeOtherForm(text, path);
  if (!other_form.empty()) return Error{Reason::kConfigInvalid, other_form};
  const Result<SshKeyLine> line = ParseSshKeyLine(text);
  if (!line.ok()) return line.error();
  if (FindSshCertificateType(line.value().type).has_value()) {
    return Error{Reason::kConfigInvalid,
                 "it is a certificate: give the plain .pub file of its key"};
  }
  Result<SshPublicKey> key = ParseSshPublicKey(line.value().blob.bytes());
  if (key.ok() && Name(key.value().type) != line.value().type) {
    return Error{Reason::kConfigInvalid, "its first word is not the type of the key"};
  }
  return key;
}

}  // namespace

Result<SshPublicKey> ReadPublicKeyFile(const std::string& path) {
  const Result<SecretString> text = ReadOwnFile(path, kMaxSshKeyLineBytes);
  if (!text.ok()) return text.error();
  Result<SshPublicKey> key = ParsePublicKey(text.value().view(), path);
  if (key.ok()) return key;
  return Error{Reason::kConfigInvalid, path + ": " + key.error().detail};
}

}  // namespace pamjwt
