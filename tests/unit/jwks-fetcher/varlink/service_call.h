#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "core/json/json.h"
#include "io/varlink.h"
#include "support/expect.h"

namespace pamjwt::test {

/// Calls a method of a Varlink service. Returns the text of the reply, its error and its parameters
/// as JSON, which is empty until the service has replied.
template <typename Service>
std::shared_ptr<std::string> CallService(const Service& service, const std::string& method,
                                         const std::string& parameters) {
  auto reply = std::make_shared<std::string>();
  const Result<Json> json = ParseJsonObject(parameters);
  EXPECT_TRUE(Accepted(json));
  service.Handle({method, json.value()}, [reply](const VarlinkReply& answer) {
    EXPECT_EQ(*reply, "") << "a second reply";
    *reply = answer.error + ToJsonText(answer.parameters);
  });
  return reply;
}

}  // namespace pamjwt::test
