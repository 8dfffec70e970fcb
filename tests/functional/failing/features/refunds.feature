Feature: Refunds
  Two of these three scenarios fail, and are meant to.

  Scenario: A refund is requested
    When I produce event {"orderId": "ORD-1", "items": "1"} to topic "refunds"
    Then I should receive an event from topic "refunds" within 10 seconds
    And the event should match JSONPath "$.orderId" with value "ORD-1"

  @fails
  Scenario: A text is taken for a number
    When I produce event {"orderId": "ORD-2", "items": "10"} to topic "refunds"
    Then I should receive an event from topic "refunds" within 10 seconds
    And the event should match JSONPath "$.items" with value 10
    And the event should match JSONPath "$.orderId" with value "ORD-2"
    And the event header "source" should not exist

  @fails
  Scenario: A refund is never granted
    When I produce event {"orderId": "ORD-3", "items": "2"} to topic "refunds"
    Then I should receive a RefundGranted event from "refunds" within 300 ms
