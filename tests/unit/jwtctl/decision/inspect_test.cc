#include "jwtctl/decision/inspect.h"

#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "core/jose/alg.h"
#include "core/ssh/base64.h"
#include "core/ssh/bound_nonce.h"
#include "jwtctl/exit_code.h"
#include "support/certificate_builder.h"
#include "support/token_builder.h"

namespace pamjwt::ctl {
namespace {

constexpr UnixTime kNow{1700000000 - 3 * 3600};

TEST(RunInspect, ListsHeaderAndClaims) {
  std::ostringstream out;
  std::ostringstream err;
  const std::string token = test::SignToken(
      Algorithm::kEs256, R"({"sub":"alice","realm_access":{"roles":["ssh"]},"exp":1700000000})",
      "key-1");
  EXPECT_EQ(RunInspect(token, kNow, out, err), kOk);
  EXPECT_EQ(err.str(), "");
  const std::string text = out.str();
  EXPECT_EQ(text.rfind("Nothing of this is verified", 0), 0U) << text;
  for (const char* const line :
       {"\n  alg  string   \"ES256\"\n", "\n  kid  string   \"key-1\"\n",
        "\n  sub                  string   \"alice\"\n",
        "\n  /realm_access/roles  array    [\"ssh\"]\n",
        "\n  exp                  number   1700000000  2023-11-14 22:13:20 UTC (in 3 hours)\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
}

TEST(RunInspect, SaysThatASignatureWasCutShort) {
  const auto inspect = [](std::string_view token) {
    std::ostringstream out;
    std::ostringstream err;
    EXPECT_EQ(RunInspect(token, kNow, out, err), kOk);
    return out.str();
  };
  for (const AlgorithmInfo& info : kAlgorithms) {
    const std::string token = test::SignToken(info.algorithm, R"({"sub":"alice"})", "key-1");
    EXPECT_EQ(inspect(token).find("cut short"), std::string::npos) << info.name;
    const std::string_view cut = std::string_view(token).substr(0, token.size() - 2);
    EXPECT_NE(inspect(cut).find("cut short"), std::string::npos) << info.name;
  }
  const std::string token = test::SignToken(Algorithm::kEs256, R"({"sub":"alice"})", "key-1");
  EXPECT_NE(inspect(token.substr(0, token.size() - 46))
                .find("\nThe signature has 30 bytes, and ES256 makes 64 or more: the token was cut "
                      "short.\n"),
            std::string::npos);
}

TEST(RunInspect, SaysWhatATextIsThatIsNotAJwt) {
  const auto said = [](std::string_view text) {
    std::ostringstream out;
    std::ostringstream err;
    EXPECT_EQ(RunInspect(text, kNow, out, err), kNo);
    return err.str();
  };
  EXPECT_EQ(said(std::string(43, 'x')).substr(0, 57),
            "jwtctl inspect: this is not a JWT: 43 bytes without dots;");
  EXPECT_EQ(said("eyJhbGciOiJFUzI1NiJ9.eyJ"),
            "jwtctl inspect: this is not a whole JWT: it was cut short after 24 bytes, and has no "
            "signature\n");
  EXPECT_EQ(said("a.b.c"), "jwtctl inspect: this is not a JWT: header: not base64url\n");
}

TEST(RunInspect, RefusesTextThatIsNotAToken) {
  for (const char* const text : {"", "hunter2", "a.b.c", "e30.e30", "e30.W10.AAAA"}) {
    std::ostringstream out;
    std::ostringstream err;
    EXPECT_EQ(RunInspect(text, kNow, out, err), kNo) << text;
    EXPECT_EQ(out.str(), "") << text;
    EXPECT_EQ(err.str().find("hunter2"), std::string::npos);
  }
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(RunInspect("e30.e30.", kNow, out, err), kOk);
}

const std::string kSalt(22, 's');

/// Returns the line of a certificate that carries `text`.
std::string CertificateText(const std::string& text) {
  test::CertificateBuilder builder;
  builder.valid_after = 1700000000 - 4 * 3600;
  builder.valid_before = 1700000300;
  builder.extensions = {{"permit-pty", ""}, {"token@pamjwt.io", test::WireString(text)}};
  return builder.type + " " + EncodeBase64(AsBytes(builder.Blob())) + " comment\n";
}

struct Inspected {
  int code;
  std::string out;
  std::string err;
};
Inspected InspectCertificate(const std::string& text) {
  std::ostringstream out;
  std::ostringstream err;
  const int code = RunInspectCertificate(text, kNow, out, err);
  return {code, out.str(), err.str()};
}

TEST(RunInspectCertificate, ShowsTheCertificateAndItsToken) {
  const std::string token = test::SignToken(Algorithm::kEs256, R"({"sub":"alice"})", "key-1");
  const Inspected shown = InspectCertificate(CertificateText(kSalt + "~" + token));
  EXPECT_EQ(shown.code, kOk);
  EXPECT_EQ(shown.err, "");
  EXPECT_EQ(
      shown.out.substr(0, shown.out.find("\nclaims")),
      "Nothing of this is verified: anybody can make a certificate like this. See jwtctl explain "
      "--certificate.\n\n"
      "certificate\n"
      "  key               ssh-ed25519 SHA256:JVkjj5l3tzWHkaiXI2mQyw9dXQNcb4r8yQSMi9CM/Kg\n"
      "  signer            ssh-ed25519 SHA256:xcTb/ZL8NmQsvo9k2j/c7dIyp7nvDnswfPZHlzcZwz0\n"
      "  principals        token@pamjwt.io\n"
      "  valid from        2023-11-14 18:13:20 UTC (60 minutes ago)\n"
      "  valid until       2023-11-14 22:18:20 UTC (in 3 hours)\n"
      "  critical options  none\n"
      "  extensions        permit-pty, token@pamjwt.io\n"
      "  salt              ssssssssssssssssssssss\n"
      "  names the key     no: no claim of the token names a key\n"
      "\nheader\n"
      "  alg  string   \"ES256\"\n"
      "  typ  string   \"JWT\"\n"
      "  kid  string   \"key-1\"\n");
  EXPECT_NE(shown.out.find("\n  sub  string   \"alice\"\n"), std::string::npos);
  EXPECT_EQ(shown.out.find("the login's token"), std::string::npos);
}

TEST(RunInspectCertificate, ShowsTheTokenOfTheLoginAndWhichClaimNamesTheKey) {
  const std::string key = test::WireString("ssh-ed25519") + test::CertificateBuilder().key_fields;
  const std::string nonce = BoundNonce(kSalt, AsBytes(key)).value();
  const std::string login =
      test::SignToken(Algorithm::kEs256, R"({"nonce":")" + nonce + R"(","sub":"bob"})");
  const std::string token = test::SignToken(Algorithm::kEs256, R"({"sub":"alice"})");
  const Inspected shown = InspectCertificate(CertificateText(kSalt + "~" + token + "~" + login));
  EXPECT_EQ(shown.code, kOk);
  EXPECT_NE(shown.out.find("\n  names the key     yes, by the nonce in the token of the login\n"),
            std::string::npos)
      << shown.out;
  const std::size_t second = shown.out.find("\nthe login's token: header\n");
  ASSERT_NE(second, std::string::npos) << shown.out;
  EXPECT_LT(shown.out.find("\"alice\""), second);
  EXPECT_GT(shown.out.find("\"bob\""), second);
  EXPECT_NE(InspectCertificate(CertificateText(kSalt + "~" + login))
                .out.find("\n  names the key     yes, by nonce\n"),
            std::string::npos);
}

TEST(RunInspectCertificate, ShowsNothingThatCouldControlATerminal) {
  test::CertificateBuilder builder;
  builder.principals = {"a\x1b[2J", "b"};
  builder.critical_options = {{"force-command", test::WireString("true\n")}, {"x\x1b", "\x1b"}};
  builder.valid_after = 0;
  builder.valid_before = ~std::uint64_t{0};
  const Inspected shown =
      InspectCertificate(builder.type + " " + EncodeBase64(AsBytes(builder.Blob())));
  for (const char* const line :
       {"\n  principals        a\\u001b[2J, b\n", "\n  valid until       no end\n",
        "\n  critical options  force-command \"true\\n\", x\\u001b\n"}) {
    EXPECT_NE(shown.out.find(line), std::string::npos) << line << shown.out;
  }
  EXPECT_EQ(shown.out.find('\x1b'), std::string::npos);
  EXPECT_EQ(shown.out.find("valid from"), std::string::npos);
}

TEST(RunInspectCertificate, SaysWhatATextIsThatIsNotACertificateWithAToken) {
  const std::string key = test::WireString("ssh-ed25519") + test::CertificateBuilder().key_fields;
  test::CertificateBuilder other;
  other.extensions = {{"permit-pty", ""}};
  for (const auto& [text, said] :
       {std::pair("ssh-ed25519 " + EncodeBase64(AsBytes(key)),
                  "this is a plain key: give its certificate, the file KEY-cert.pub"),
        std::pair(std::string("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"),
                  "this is a private key: give the file KEY-cert.pub"),
        std::pair(other.type + " " + EncodeBase64(AsBytes(other.Blob())),
                  "the certificate carries no token"),
        std::pair(CertificateText(kSalt + "~hunter2"), "the token is not a JWT: 7 bytes"),
        std::pair(CertificateText(kSalt + "~e30.e30.AA~hunter2"),
                  "the login's token is not a JWT: 7 bytes"),
        std::pair(std::string(), "a key is TYPE BASE64")}) {
    const Inspected shown = InspectCertificate(text);
    EXPECT_EQ(shown.code, kNo) << said;
    EXPECT_TRUE(shown.err.starts_with(std::string("jwtctl inspect: ") + said)) << shown.err;
    EXPECT_EQ(shown.err.find("hunter2"), std::string::npos);
  }
}

}  // namespace
}  // namespace pamjwt::ctl
