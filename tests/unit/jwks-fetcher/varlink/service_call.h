#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "core/json/json.h"
#include "io/varlink.h"
#include "support/expect.h"

namespace pamjwt::test {

/// The id of a user who is not root.
inline constexpr uid_t kSomeUser = 1000;

/// Calls a method of a Varlink service as the user `caller`. Returns the text of the reply, its
/// error and its parameters as JSON, which is empty until the service has replied.
template <typename Service>
std::shared_ptr<std::string> CallService(const Service& service, const std::string& method,
                                         const std::string& parameters, uid_t caller = kSomeUser) {
  auto reply = std::make_shared<std::string>();
  const Result<Json> json = ParseJsonObject(parameters);
  EXPECT_TRUE(Accepted(json));
  service.Handle({method, json.value()}, caller, [reply](const VarlinkReply& answer) {
    EXPECT_EQ(*reply, "") << "a second reply";
    *reply = answer.error + ToJsonText(answer.parameters);
  });
  return reply;
}

}  // namespace pamjwt::test
