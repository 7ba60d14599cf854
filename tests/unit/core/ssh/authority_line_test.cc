#include "core/ssh/authority_line.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "core/ssh/base64.h"
#include "support/certificate_builder.h"

namespace pamjwt {
namespace {

using test::CertificateBuilder;
using test::WireString;

/// Returns the line for a certificate that `signer` made.
std::string LineFor(const std::string& signer, std::string_view key_options = "") {
  CertificateBuilder builder;
  builder.extensions = {{"token@pamjwt.io", WireString(std::string(22, 's') + "~a.b.c")}};
  builder.signature_key = signer;
  const std::string blob = builder.Blob();
  Result<SshCertificate> parsed = ParseSshCertificate(AsBytes(blob));
  const Result<TokenCertificate> checked =
      TokenCertificate::Check(std::move(parsed).value(), UnixTime{1700000000});
  return CertAuthorityLine(checked.value(), key_options);
}

TEST(CertAuthorityLine, NamesTheSignerForThePrincipalOfTokenCertificates) {
  const std::string signer = WireString("ssh-ed25519") + WireString(std::string(32, '\x09'));
  EXPECT_EQ(LineFor(signer),
            "cert-authority,principals=\"token@pamjwt.io\" ssh-ed25519 "
            "AAAAC3NzaC1lZDI1NTE5AAAAIAkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJ\n");
}

TEST(CertAuthorityLine, HasTheOptionsOfTheConfigurationBehindItsOwn) {
  const std::string signer = WireString("ssh-ed25519") + WireString(std::string(32, '\x09'));
  EXPECT_TRUE(
      LineFor(signer, "restrict,pty")
          .starts_with("cert-authority,principals=\"token@pamjwt.io\",restrict,pty ssh-ed25519 "));
}

TEST(CertAuthorityLine, IsOneLineOfOneKeyWhateverTheBlobHolds) {
  const std::string signer = WireString("ssh-rsa") + "\nssh-ed25519 AAAA\" #\r\n\0cert-authority ";
  const std::string line = LineFor(signer);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_EQ(line, "cert-authority,principals=\"token@pamjwt.io\" ssh-rsa " +
                      EncodeBase64(AsBytes(signer)) + "\n");
}

}  // namespace
}  // namespace pamjwt
