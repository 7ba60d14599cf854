#include "jwtctl/issuer/certify.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "core/ssh/base64.h"
#include "core/ssh/bound_nonce.h"
#include "core/ssh/certificate.h"
#include "core/ssh/key_line.h"
#include "core/ssh/token_certificate.h"
#include "jwtctl/exit_code.h"
#include "support/certificate_builder.h"
#include "support/expect.h"
#include "support/temp_dir.h"
#include "support/token_builder.h"

namespace pamjwt::ctl {
namespace {

using test::Accepted;
using test::WireString;

constexpr UnixTime kNow{1700000000};
const std::string kBlob = WireString("ssh-ed25519") + WireString("\x09" + std::string(31, '\0'));
const std::string kSalt(22, 's');

/// Returns a token that is good until ten minutes from now; `more` is put into its payload.
std::string Token(const std::string& more) {
  return test::SignToken(Algorithm::kEs256, R"({"iat":1700000000,"exp":1700000600)" + more + "}",
                         "k");
}
std::string NonceClaim() {
  return R"(,"nonce":")" + BoundNonce(kSalt, AsBytes(kBlob)).value() + "\"";
}

class CertifyTest : public testing::Test {
 protected:
  CertifyTest() {
    options_.key_path =
        scratch_.Write("id.pub", "ssh-ed25519 " + EncodeBase64(AsBytes(kBlob)) + " alice\n");
  }

  int Certify(const std::string& text, UnixTime now = kNow) {
    out_.str("");
    err_.str("");
    return RunCertify(options_, text, now, out_, err_);
  }

  static std::string Content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  /// Returns the text that the certificate in `line` carries.
  static std::string Carried(const std::string& line) {
    const Result<SshKeyLine> key = ParseSshKeyLine(line);
    EXPECT_TRUE(Accepted(key)) << line;
    EXPECT_EQ(key.value().type, "ssh-ed25519-cert-v01@openssh.com");
    Result<SshCertificate> parsed = ParseSshCertificate(key.value().blob.bytes());
    EXPECT_TRUE(Accepted(parsed));
    const Result<TokenCertificate> read = TokenCertificate::Check(std::move(parsed).value(), kNow);
    EXPECT_TRUE(Accepted(read));
    EXPECT_EQ(AsText(read.value().certificate().key.blob), kBlob);
    std::string text = std::string(read.value().salt()) + "~" + std::string(read.value().token());
    if (!read.value().binding().empty()) text += "~" + std::string(read.value().binding());
    return text;
  }

  test::TempDir scratch_;
  CertifyOptions options_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(CertifyTest, WritesTheCertificateBesideTheKey) {
  const std::string text = kSalt + "~" + Token(NonceClaim());
  ASSERT_EQ(Certify(text), kOk) << err_.str();
  EXPECT_EQ(err_.str(), "");
  const std::string path = scratch_.Path("id-cert.pub");
  EXPECT_EQ(out_.str(), path + "   valid until 2023-11-14 22:28:20 UTC (in 15 minutes)\n");
  EXPECT_EQ(Carried(Content(path)), text);
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
}

TEST_F(CertifyTest, ReplacesTheCertificateOfAnEarlierToken) {
  ASSERT_EQ(Certify(kSalt + "~" + Token(NonceClaim())), kOk);
  const std::string text = kSalt + "~" + Token(NonceClaim() + R"(,"sub":"alice")");
  ASSERT_EQ(Certify(text), kOk);
  EXPECT_EQ(Carried(Content(scratch_.Path("id-cert.pub"))), text);
}

TEST_F(CertifyTest, WritesToAnotherFileOrToStandardOutput) {
  const std::string text = kSalt + "~" + Token(NonceClaim());
  options_.out = scratch_.Path("other");
  ASSERT_EQ(Certify(text), kOk);
  EXPECT_EQ(Carried(Content(options_.out)), text);
  for (const char* const out : {"-", "/dev/stdout"}) {
    options_.out = out;
    ASSERT_EQ(Certify(text), kOk);
    EXPECT_EQ(Carried(out_.str()), text);
  }
}

TEST_F(CertifyTest, ReplacesNoOtherFile) {
  const std::string text = kSalt + "~" + Token(NonceClaim());
  options_.out = scratch_.Path("other");
  for (const std::string& other :
       {std::string(), std::string("my diary\n"), Content(options_.key_path),
        std::string("-----BEGIN OPENSSH PRIVATE KEY-----\n"), std::string(1'000'000, 'x')}) {
    scratch_.Write("other", other);
    EXPECT_EQ(Certify(text), kUsage);
    EXPECT_TRUE(err_.str().starts_with("jwtctl certify: " + options_.out)) << err_.str();
    EXPECT_EQ(Content(options_.out), other);
    EXPECT_EQ(out_.str(), "");
  }
  scratch_.Write("other", "my diary\n");
  EXPECT_EQ(Certify(text), kUsage);
  EXPECT_NE(err_.str().find("is not a certificate: remove it"), std::string::npos) << err_.str();
  scratch_.Remove("other");
  EXPECT_EQ(Certify(text), kOk) << err_.str();
}

TEST_F(CertifyTest, ReplacesNeitherADirectoryNorADevice) {
  const std::string text = kSalt + "~" + Token(NonceClaim());
  ASSERT_EQ(mkfifo(scratch_.Path("fifo").c_str(), 0600), 0);
  ASSERT_EQ(symlink("/dev/null", scratch_.Path("null").c_str()), 0);
  scratch_.MakeDirectory("directory");
  for (const char* const name : {"fifo", "null", "directory"}) {
    options_.out = scratch_.Path(name);
    const mode_t before = scratch_.Mode(name);
    EXPECT_EQ(Certify(text), kUsage) << name;
    EXPECT_NE(err_.str().find("is not a regular file"), std::string::npos) << err_.str();
    EXPECT_EQ(scratch_.Mode(name), before);
  }
  options_.out = scratch_.Path("new");
  EXPECT_EQ(Certify(text), kOk) << err_.str();
}

TEST_F(CertifyTest, CarriesTheTokenOfTheLoginToo) {
  options_.out = "-";
  const std::string text = kSalt + "~" + Token("") + "~" + Token(NonceClaim());
  ASSERT_EQ(Certify(text), kOk);
  EXPECT_EQ(err_.str(), "");
  EXPECT_EQ(Carried(out_.str()), text);
}

TEST_F(CertifyTest, LetsTheCertificateOutliveExp) {
  options_.valid = "24h";
  ASSERT_EQ(Certify(kSalt + "~" + Token(NonceClaim()), {kNow.seconds + 3600}), kOk);
  EXPECT_EQ(err_.str(), "");
  EXPECT_NE(out_.str().find("valid until 2023-11-15 22:18:20 UTC"), std::string::npos);
}

TEST_F(CertifyTest, WarnsIfTheTokensTimeIsOver) {
  const std::string text = kSalt + "~" + Token(NonceClaim());
  ASSERT_EQ(Certify(text, {1700000599}), kOk);
  EXPECT_EQ(err_.str(), "");
  ASSERT_EQ(Certify(text, {1700000600}), kOk);
  EXPECT_EQ(err_.str(), "warning: the token's time was over 0 seconds ago: get a new token\n");
}

TEST_F(CertifyTest, WarnsIfTheTokenDoesNotNameTheKey) {
  const std::string nonce = BoundNonce(kSalt, AsBytes(kBlob)).value();
  const std::string hint =
      "warning: a token that the issuer makes for this key and this salt has the nonce " + nonce +
      "\n";
  ASSERT_EQ(Certify(kSalt + "~" + Token("")), kOk);
  EXPECT_EQ(err_.str(),
            "warning: no claim of the token names a key: hosts will refuse the certificate "
            "(certificate.unbound)\n" +
                hint);
  ASSERT_EQ(Certify(std::string(22, 'S') + "~" + Token(NonceClaim())), kOk);
  EXPECT_NE(err_.str().find("the nonce is for another key or salt"), std::string::npos);
  ASSERT_EQ(Certify(kSalt + "~" + Token(R"(,"cnf":{"jkt":"x"})")), kOk);
  EXPECT_NE(err_.str().find("cnf.jkt"), std::string::npos);
  ASSERT_EQ(Certify(kSalt + "~" + Token("") + "~" + Token("")), kOk);
  EXPECT_NE(err_.str().find("the token that binds the key has no nonce"), std::string::npos);
}

TEST_F(CertifyTest, SaysWhatIsWrongWithTheText) {
  for (const auto& [text, said] :
       {std::pair(Token(NonceClaim()), "there is no salt: give SALT~TOKEN"),
        std::pair(std::string("short~a.b.c"), "the salt is not 22 to 64 characters"),
        std::pair(kSalt + "~hunter2", "the text behind the salt is not a signed JWT"),
        std::pair(kSalt + "~" + test::SignToken(Algorithm::kEs256, R"({"iat":1})"),
                  "the token has no exp"),
        std::pair(kSalt + "~" + Token("") + "~", "is not SALT~TOKEN or SALT~TOKEN~BINDING")}) {
    EXPECT_EQ(Certify(text), kUsage) << said;
    EXPECT_TRUE(err_.str().starts_with("jwtctl certify: ")) << err_.str();
    EXPECT_NE(err_.str().find(said), std::string::npos) << err_.str();
    EXPECT_EQ(err_.str().find("hunter2"), std::string::npos);
    EXPECT_EQ(out_.str(), "");
  }
  EXPECT_EQ(Content(scratch_.Path("id-cert.pub")), "");
}

TEST_F(CertifyTest, RefusesAKeyOrASpanThatItCannotRead) {
  const std::string text = kSalt + "~" + Token(NonceClaim());
  options_.valid = "soon";
  EXPECT_EQ(Certify(text), kUsage);
  EXPECT_NE(err_.str().find("--valid: "), std::string::npos);
  options_.valid = "";
  options_.key_path = scratch_.Path("absent.pub");
  EXPECT_EQ(Certify(text), kUsage);
  EXPECT_NE(err_.str().find("absent.pub: No such file"), std::string::npos);
}

TEST_F(CertifyTest, SaysIfTheFileCannotBeWritten) {
  options_.out = scratch_.Path("no/such/directory/cert.pub");
  EXPECT_EQ(Certify(kSalt + "~" + Token(NonceClaim())), kNo);
  EXPECT_NE(err_.str().find("no/such/directory"), std::string::npos);
  EXPECT_EQ(out_.str(), "");
}

}  // namespace
}  // namespace pamjwt::ctl
