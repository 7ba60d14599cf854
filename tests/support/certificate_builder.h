#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/bytes.h"

namespace pamjwt::test {

/// Writes the data types of the SSH protocol (RFC 4251 §5).
inline std::string WireInteger(std::uint64_t value, unsigned bytes) {
  std::string out;
  for (unsigned i = bytes; i-- > 0;) {
    out += static_cast<char>(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  return out;
}
inline std::string WireString(std::string_view value) {
  return WireInteger(value.size(), 4) + std::string(value);
}

/// Builds an OpenSSH certificate from its fields. Each field can be set to what no ssh-keygen
/// writes. The signature does not hold.
struct CertificateBuilder {
  using Options = std::vector<std::pair<std::string, std::string>>;

  std::string type = "ssh-ed25519-cert-v01@openssh.com";
  std::string nonce = std::string(32, 'n');
  std::string key_fields = WireString("\x09" + std::string(31, '\0'));  // the point with y = 9
  std::uint64_t serial = 0;
  std::uint32_t kind = 1;
  std::string key_id = "sso";
  std::vector<std::string> principals = {"token@pamjwt.io"};
  std::uint64_t valid_after = 1700000000;
  std::uint64_t valid_before = 1700003600;
  Options critical_options{};
  Options extensions = {{"permit-pty", ""}, {"token@pamjwt.io", WireString("salt~a.b.c")}};
  std::string reserved{};
  std::string signature_key = WireString("ssh-ed25519") + WireString(std::string(32, '\x09'));
  std::string signature = WireString("ssh-ed25519") + WireString(std::string(64, 's'));
  std::string behind{};  // stands behind the signature

  [[nodiscard]] std::string Blob() const {
    std::string names;
    for (const std::string& principal : principals) names += WireString(principal);
    return WireString(type) + WireString(nonce) + key_fields + WireInteger(serial, 8) +
           WireInteger(kind, 4) + WireString(key_id) + WireString(names) +
           WireInteger(valid_after, 8) + WireInteger(valid_before, 8) +
           WireString(Pairs(critical_options)) + WireString(Pairs(extensions)) +
           WireString(reserved) + WireString(signature_key) + WireString(signature) + behind;
  }

 private:
  static std::string Pairs(const Options& options) {
    std::string out;
    for (const auto& [name, data] : options) out += WireString(name) + WireString(data);
    return out;
  }
};

}  // namespace pamjwt::test
