#include "jwtctl/config/ca_file.h"

#include <unistd.h>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/temp_dir.h"
#include "unit/jwtctl/config/pem_certificate.h"

namespace pamjwt::ctl {
namespace {

class ReadCaFileTest : public testing::Test {
 protected:
  Result<CaCertificates> Read(const std::string& text, mode_t mode = 0644) {
    return ReadCaFile(scratch_.Write("ca.pem", text, mode), {getuid()});
  }

  test::TempDir scratch_;
};

TEST_F(ReadCaFileTest, CountsCertificatesAndThoseThatHaveNotExpired) {
  const Result<CaCertificates> read =
      Read("# ours\n" + PemCertificate(3600) + PemCertificate(-60) + PemCertificate(3600));
  ASSERT_TRUE(test::Accepted(read));
  EXPECT_EQ(read.value().all, 3U);
  EXPECT_EQ(read.value().current, 2U);
}

TEST_F(ReadCaFileTest, RefusesAFileWithoutACertificate) {
  EXPECT_TRUE(test::RefusedFor(Reason::kKeysMissing, Read("")));
  EXPECT_TRUE(test::RefusedFor(Reason::kKeysMissing, Read("no PEM\n")));
  EXPECT_TRUE(test::Accepted(Read("no PEM\n" + PemCertificate(3600))));
}

// libcurl reads none of a file with one that is damaged.
TEST_F(ReadCaFileTest, RefusesADamagedCertificateBesideAGoodOne) {
  const std::string good = PemCertificate(3600);
  const std::string damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  EXPECT_TRUE(test::RefusedFor(Reason::kKeysMissing, Read(good + damaged)));
  EXPECT_TRUE(test::Accepted(Read(good + good)));
}

TEST_F(ReadCaFileTest, RefusesAFileThatOthersMayWrite) {
  EXPECT_TRUE(test::RefusedFor(Reason::kKeysMissing, Read(PemCertificate(3600), 0666)));
  EXPECT_TRUE(test::Accepted(Read(PemCertificate(3600), 0644)));
}

TEST_F(ReadCaFileTest, LeavesNoErrorOfOpenssl) {
  EXPECT_TRUE(test::RefusedFor(Reason::kKeysMissing, Read("no PEM\n")));
  EXPECT_EQ(ERR_peek_error(), 0U);
}

}  // namespace
}  // namespace pamjwt::ctl
