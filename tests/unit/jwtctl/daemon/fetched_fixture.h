#pragma once

#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/keys/key_file.h"
#include "support/temp_dir.h"
#include "support/token_builder.h"

namespace pamjwt::ctl {

/// Two issuers whose keys are fetched, `staff` and `ci`, and one that has a file. max_stale is 24h.
class FetchedFixture : public testing::Test {
 protected:
  static constexpr UnixTime kNow{1772366400};  // 2026-03-01T12:00:00Z
  static constexpr const char* kStaff = "https://staff.example.com";
  static constexpr const char* kCi = "https://ci.example.com";

  FetchedFixture() {
    socket_ = scratch_.Path("public");
    config_ = scratch_.Write(
        "pam_jwt.toml", "[keys]\nfile = \"" + scratch_.Path("keys.jsonl") +
                            "\"\npublic_socket = \"" + socket_ + "\"\n" + Issuer("staff", kStaff) +
                            Issuer("ci", kCi) + Issuer("local", "https://local.example.com") +
                            "jwks_file = \"" + scratch_.Path("jwks.json") + "\"\n");
  }

  static std::string Issuer(const std::string& name, const std::string& url) {
    return "[issuer." + name + "]\nurl = \"" + url + "\"\naudiences = [\"ssh://%h\"]\n";
  }

  /// Returns the keys of an issuer, one key, fetched so many seconds ago.
  static IssuerKeys Fetched(const std::string& url, std::int64_t seconds_ago) {
    const UnixTime fetched{kNow.seconds - seconds_ago};
    const Json jwk = ParseJsonObject(test::TestKey::P256().PublicJwk("k1")).value();
    return {url, fetched, {fetched.seconds + 86400}, {ParseJwk(jwk).value()}};
  }

  void WriteKeys(const std::vector<IssuerKeys>& issuers) const {
    scratch_.Write("keys.jsonl", FormatKeyFile(issuers).value());
  }

  [[nodiscard]] bool Says(const std::string& text) const {
    return out_.str().find(text) != std::string::npos;
  }

  test::TempDir scratch_;
  std::string socket_;
  std::string config_;
  std::ostringstream out_;
  std::ostringstream err_;
};

}  // namespace pamjwt::ctl
