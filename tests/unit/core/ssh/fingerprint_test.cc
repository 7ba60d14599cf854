#include "core/ssh/fingerprint.h"

#include <gtest/gtest.h>

#include "core/ssh/base64.h"
#include "support/expect.h"

namespace pamjwt {
namespace {

TEST(Fingerprint, IsThatOfSshKeygen) {
  // ssh-keygen -l -f prints the same for this key.
  const std::optional<SecretString> blob =
      DecodeBase64("AAAAC3NzaC1lZDI1NTE5AAAAIAkAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  ASSERT_TRUE(blob.has_value());
  const Result<std::string> fingerprint = Fingerprint(blob->bytes());
  ASSERT_TRUE(test::Accepted(fingerprint));
  EXPECT_EQ(fingerprint.value(), "SHA256:JVkjj5l3tzWHkaiXI2mQyw9dXQNcb4r8yQSMi9CM/Kg");
}

}  // namespace
}  // namespace pamjwt
