#include "jwtctl/decision/inspect.h"

#include <sstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "core/jose/alg.h"
#include "jwtctl/exit_code.h"
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

}  // namespace
}  // namespace pamjwt::ctl
