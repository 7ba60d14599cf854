#include <cstddef>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "core/config/client_profile_reader.h"
#include "core/config/client_profile_writer.h"
#include "support/expect.h"

namespace pamjwt {
namespace {

std::string ReadSource(const std::string& name) {
  std::ifstream file(std::string(PAMJWT_TEST_DIR "/../") + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Returns the names of all options: those that a profile without defaults is written with.
std::vector<std::string> AllOptions() {
  ClientProfile profile;
  for (std::string ClientProfile::*const text :
       {&ClientProfile::issuer, &ClientProfile::client_id, &ClientProfile::client_secret_file,
        &ClientProfile::resource, &ClientProfile::redirect_uri, &ClientProfile::assertion_file,
        &ClientProfile::ca_file, &ClientProfile::proxy}) {
    profile.*text = "x";
  }
  profile.scopes = {"x"};
  profile.hosts = {"x"};
  profile.token = ClientToken::kAccess;
  profile.use = ClientUse::kPrompt;
  profile.flows = {ClientFlow::kPaste};
  profile.redirect_ports = {1};
  profile.max_bound_age = Seconds{1};
  profile.max_binding_age = Seconds{1};
  profile.key = {ClientKey::Kind::kFile, "x"};
  profile.keep = ClientKeep::kRuntime;
  std::vector<std::string> names;
  const std::string text = FormatClientProfile(profile);
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    names.push_back(text.substr(at, text.find(' ', at) - at));
  }
  return names;
}

TEST(ClientProfileDocument, HasEveryOption) {
  const std::vector<std::string> options = AllOptions();
  EXPECT_EQ(options.size(), 18U);
  const std::string document = ReadSource("docs/client-profile.md");
  const std::string man_page = ReadSource("packaging/man/jwt-sso.1.scd");
  const std::string example = ReadSource("etc/jwt-sso/example.toml");
  for (const std::string& name : options) {
    EXPECT_NE(document.find("\n- `" + name + "` ("), std::string::npos) << name;
    EXPECT_NE(man_page.find("\n*" + name + "*"), std::string::npos) << name;
    const bool is_set = example.find("\n" + name + " = ") != std::string::npos;
    EXPECT_TRUE(is_set || example.find("\n#" + name + " = ") != std::string::npos) << name;
  }
}

TEST(ClientProfileExample, IsAProfileWithEachOfItsComments) {
  const std::string example = ReadSource("etc/jwt-sso/example.toml");
  EXPECT_TRUE(test::Accepted(ParseClientProfile("example.toml", example)));
  int options = 0;
  for (std::size_t at = example.find("\n#"); at != std::string::npos;
       at = example.find("\n#", at + 1)) {
    const std::string name = example.substr(at + 2, example.find(' ', at + 2) - at - 2);
    if (name.empty() || name.front() == '\n') continue;
    ++options;
    std::string changed = example;
    changed.erase(at + 1, 1);
    const Result<ClientProfile> profile = ParseClientProfile("example.toml", changed);
    // Two options do not go with the token and the flow of the example.
    if (name == "resource" || name == "assertion_file") {
      ASSERT_FALSE(profile.ok()) << name;
      EXPECT_NE(profile.error().detail.find(name + ": is for "), std::string::npos) << name;
    } else {
      EXPECT_TRUE(test::Accepted(profile)) << name;
    }
  }
  EXPECT_EQ(options, 8);
}

}  // namespace
}  // namespace pamjwt
