#pragma once

#include <string>

#include <gtest/gtest.h>

#include "core/json/json.h"
#include "io/varlink.h"
#include "support/expect.h"

namespace pamjwt::test {

/// Calls a method of a Varlink service. `reply` becomes its error and its parameters as JSON, now
/// or later; it is empty as long as there is none.
template <typename Service>
void CallService(Service& service, const std::string& method, const std::string& parameters,
                 std::string& reply) {
  reply.clear();
  const Result<Json> json = ParseJsonObject(parameters);
  EXPECT_TRUE(Accepted(json));
  service.Handle({method, json.value()}, [&reply](const VarlinkReply& answer) {
    EXPECT_EQ(reply, "") << "a second reply";
    reply = answer.error + ToJsonText(answer.parameters);
  });
}

}  // namespace pamjwt::test
