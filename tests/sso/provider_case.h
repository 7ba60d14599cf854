#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "fetcher/loopback_server.h"
#include "fetcher/proxy_environment.h"
#include "fetcher/test_ca.h"
#include "io/clock.h"
#include "jwt-sso/provider/provider.h"
#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::sso {

/// An answer of the provider.
struct ScriptedAnswer {
  int status = 200;
  std::string body = "";
  std::string fields = "";                  ///< header lines, each with its CRLF
  bool hangs = false;                       ///< sends nothing
  std::function<void()> meanwhile = [] {};  ///< what happens elsewhere before it is sent
};

/// A provider at https://idp.test:PORT, which gives the answers of a script, and the profile of a
/// public client.
class ProviderCase : public testing::Test {
 protected:
  static constexpr const char* kOpenId = "/.well-known/openid-configuration";
  static constexpr const char* kOauth = "/.well-known/oauth-authorization-server";

  ProviderCase() {
    profile_.issuer = server_.Url("");
    profile_.client_id = "tester";
    profile_.ca_file = directory_.Write("ca.pem", ca_.Pem());
    Answer(kOpenId, {.body = Metadata()});
  }

  /// Sets the answer to requests for a path. If several are given, each is for one request, and the
  /// last one for all that follow. Without any, it is 404.
  void Answer(const std::string& path, ScriptedAnswer answer) {
    Answers(path, {std::move(answer)});
  }
  void Answers(const std::string& path, std::vector<ScriptedAnswer> answers) {
    const std::lock_guard lock(mutex_);
    script_[path] = std::move(answers);
  }

  /// Returns the metadata of the provider, with more members, each with a comma behind it.
  [[nodiscard]] std::string Metadata(const std::string& more = "") const {
    const auto place = [&](const char* path) { return '"' + server_.Url(path) + '"'; };
    return "{" + more + R"("issuer":)" + place("") + R"(,"token_endpoint":)" + place("/token") +
           R"(,"jwks_uri":)" + place("/jwks") + R"(,"revocation_endpoint":)" + place("/revoke") +
           R"(,"device_authorization_endpoint":)" + place("/device") + "}";
  }

  static std::int64_t After(std::int64_t milliseconds) {
    return MonotonicNs() + milliseconds * 1'000'000;
  }

  [[nodiscard]] Result<Provider> Discover() const {
    return Provider::Discover(profile_, After(20'000));
  }
  [[nodiscard]] Provider Discovered() const {
    Result<Provider> provider = Discover();
    EXPECT_TRUE(test::Accepted(provider));
    return std::move(provider).value();
  }

  /// Returns the requests for a path so far.
  [[nodiscard]] std::vector<test::ServerRequest> RequestsFor(std::string_view path) const {
    std::vector<test::ServerRequest> found;
    for (const test::ServerRequest& request : server_.requests()) {
      if (request.path == path) found.push_back(request);
    }
    return found;
  }

  /// Checks that a result is an error with this reason, whose text has each of `parts` in it.
  template <typename T>
  static testing::AssertionResult FailedWith(Reason reason, const std::vector<std::string>& parts,
                                             const Result<T>& result) {
    const testing::AssertionResult refused = test::RefusedFor(reason, result);
    if (!refused) return refused;
    for (const std::string& part : parts) {
      if (result.error().detail.find(part) == std::string::npos) {
        return testing::AssertionFailure()
               << result.error().detail << "\nlacks " << testing::PrintToString(part);
      }
    }
    return testing::AssertionSuccess();
  }

 private:
  ScriptedAnswer Next(const std::string& path) {
    const std::lock_guard lock(mutex_);
    const auto found = script_.find(path);
    if (found == script_.end()) return {.status = 404, .body = "<html>"};
    ScriptedAnswer answer = found->second.front();
    if (found->second.size() > 1) found->second.erase(found->second.begin());
    return answer;
  }

  std::mutex mutex_;  // guards script_
  std::map<std::string, std::vector<ScriptedAnswer>> script_;

 protected:
  test::ProxyEnvironment environment_;
  test::TestCa ca_;
  test::TempDir directory_;
  ClientProfile profile_;
  test::LoopbackServer server_{
      ca_.MakeServer(), [this](test::Connection& connection, const test::ServerRequest& request) {
        const ScriptedAnswer answer = Next(request.path);
        answer.meanwhile();
        if (answer.hangs) return connection.Hang();
        connection.Respond(answer.status, answer.fields, answer.body);
      }};
};

}  // namespace pamjwt::sso
