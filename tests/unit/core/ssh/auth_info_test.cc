#include "core/ssh/auth_info.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "core/ssh/key_line.h"

namespace pamjwt {
namespace {

using Keys = std::vector<std::string_view>;

constexpr std::string_view kType = "ssh-ed25519-cert-v01@openssh.com";

TEST(CertificatesIn, FindsTheCertificatesAmongTheMethods) {
  EXPECT_EQ(CertificatesIn("publickey ssh-ed25519-cert-v01@openssh.com AAAA\n"
                           "keyboard-interactive/pam\n"
                           "publickey ssh-ed25519 BBBB\n"
                           "publickey ssh-rsa-cert-v01@openssh.com CCCC\n"),
            (Keys{"ssh-ed25519-cert-v01@openssh.com AAAA", "ssh-rsa-cert-v01@openssh.com CCCC"}));
}

TEST(CertificatesIn, TakesALastLineWithoutItsEnd) {
  EXPECT_EQ(CertificatesIn("publickey ssh-ed25519-cert-v01@openssh.com AAAA"),
            Keys{"ssh-ed25519-cert-v01@openssh.com AAAA"});
}

TEST(CertificatesIn, FindsNothingInOtherText) {
  for (const std::string_view text :
       {"", "\n", "\n\n", "publickey", "publickey ", "publickey \n", "password\n",
        "publickey ssh-ed25519 AAAA\n", "publickey/x ssh-ed25519-cert-v01@openssh.com AAAA\n",
        "hostbased ssh-ed25519-cert-v01@openssh.com AAAA\n",
        " publickey ssh-ed25519-cert-v01@openssh.com AAAA\n",
        "publickey  ssh-ed25519-cert-v01@openssh.com AAAA\n",
        "publickey ssh-ed25519-cert-v01@openssh.comAAAA\n",
        "publickey ssh-dss-cert-v01@openssh.com AAAA\n",
        "gssapi-with-mic ssh-ed25519-cert-v01@openssh.com AAAA\n"}) {
    EXPECT_EQ(CertificatesIn(text), Keys{}) << text;
  }
}

TEST(CertificatesIn, LeavesOutALineThatIsLongerThanACertificate) {
  for (const auto& [bytes, is_found] :
       {std::pair(kMaxSshKeyLineBytes - 1, true), std::pair(kMaxSshKeyLineBytes, true),
        std::pair(kMaxSshKeyLineBytes + 1, false)}) {
    std::string key(kType);
    key += " " + std::string(bytes - key.size() - 1, 'A');
    const std::string text = "publickey " + key + "\npublickey " + std::string(kType) + " BBBB\n";
    EXPECT_EQ(CertificatesIn(text).size(), is_found ? 2U : 1U) << bytes;
    EXPECT_EQ(CertificatesIn(text).back(), std::string(kType) + " BBBB");
  }
}

}  // namespace
}  // namespace pamjwt
