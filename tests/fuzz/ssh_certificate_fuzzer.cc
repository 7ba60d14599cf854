#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/ssh/certificate.h"
#include "fuzz/property.h"

namespace pamjwt::test {
namespace {

/// Returns whether `part` lies within `whole`.
bool IsWithin(ByteView part, ByteView whole) {
  const std::less_equal<> is_not_behind;
  return part.empty() || (is_not_behind(whole.data(), part.data()) &&
                          is_not_behind(part.data() + part.size(), whole.data() + whole.size()));
}

void CheckOptions(const std::vector<CertificateOption>& options, ByteView blob) {
  for (const CertificateOption& option : options) {
    Require(IsWithin(AsBytes(option.name), blob), "a name lies within the blob");
    Require(IsWithin(option.data, blob), "data lie within the blob");
    Require(FindOption(options, option.name) == &option, "each name stands once");
  }
}

void CheckCertificate(ByteView blob) {
  const Result<SshCertificate> parsed = ParseSshCertificate(blob);
  if (!parsed.ok()) return;
  const SshCertificate& certificate = parsed.value();
  const Result<SshPublicKey> key = ParseSshPublicKey(certificate.key.blob);
  Require(key.ok(), "the key of a certificate is a key");
  Require(key.value().blob == certificate.key.blob, "and reads as itself");
  for (const std::string_view principal : certificate.principals) {
    Require(IsWithin(AsBytes(principal), blob), "a principal lies within the blob");
  }
  CheckOptions(certificate.critical_options, blob);
  CheckOptions(certificate.extensions, blob);
  Require(IsWithin(certificate.signature_key, blob), "the signature key lies within the blob");
  Require(!ParseSshCertificate(blob.first(blob.size() - 1)).ok(), "no part is a certificate");
}

}  // namespace
}  // namespace pamjwt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::test::CheckCertificate({data, size});
  const auto key = pamjwt::ParseSshPublicKey({data, size});
  if (key.ok()) {
    pamjwt::test::Require(key.value().blob.size() == size, "a blob of a key reads as itself");
  }
  return 0;
}
