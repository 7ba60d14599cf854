#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "core/json/json.h"
#include "io/varlink.h"
#include "jwks-fetcher/varlink/reply_text.h"
#include "support/expect.h"

namespace pamjwt::test {

/// The id of a user who is not root.
inline constexpr uid_t kSomeUser = 1000;

/// Calls a method of a Varlink service as the user `caller`. Returns the text of the reply, its
/// error and its parameters as JSON, which is empty until the service has replied.
template <typename Service>
std::shared_ptr<std::string> CallService(Service& service, const std::string& method,
                                         const std::string& parameters, uid_t caller = kSomeUser) {
  auto reply = std::make_shared<std::string>();
  const Result<Json> json = ParseJsonObject(parameters);
  EXPECT_TRUE(Accepted(json));
  service.Handle({method, json.value()}, caller, [reply](const fetcher::ReplyText& answer) {
    EXPECT_EQ(*reply, "") << "a second reply";
    const std::string_view text = answer.get();
    const Result<VarlinkReply> read = ParseVarlinkReply(text.substr(0, text.size() - 1));
    EXPECT_TRUE(Accepted(read));
    *reply = read.value().error + ToJsonText(read.value().parameters);
  });
  return reply;
}

}  // namespace pamjwt::test
