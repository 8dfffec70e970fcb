@orders
Feature: Cancelled orders do not leave the warehouse
  A cancellation travels on the same topic as the order that it calls off, and with the same correlation id.

  Background:
    Given I have a topic "orders"
    And OrderCreated Avro schema is registered for topic "orders"
    And OrderCancelled Avro schema is registered for topic "orders"

  @smoke
  Scenario: A customer changes their mind
    Given I have correlation ID "ORD-2001"
    When I produce an OrderCreated event to "orders"
    And I produce an OrderCancelled event to "orders"
    Then all events should be acknowledged
    And I should receive an OrderCreated event from "orders" within 10 seconds
    And I should receive an OrderCancelled event from "orders" within 10 seconds
    And the event key should match JSONPath "$.correlationid" with pattern "^[0-9a-f-]{36}$"
    And the event should match JSONPath "$.reason" with value "CUSTOMER_REQUEST"

  Scenario: The warehouse says it in its own words
    The sentences of this scenario stand in steps/warehouse.yaml, with the steps that they are made of.

    Given order ORD-2002 is placed
    When order ORD-2002 is cancelled because of PAYMENT_FAILED
    Then within 10s the warehouse puts order ORD-2002 back on the shelf

  Scenario: A cancellation says no more than it has to
    When I produce an event with type "OrderCancelled" to topic "orders":
      """json
      { "orderId": "ORD-2003", "reason": "OUT_OF_STOCK", "cancelledAt": "2026-03-02T10:00:00Z" }
      """
    Then I should receive an OrderCancelled event from "orders" within 10 seconds
    And the event should equal:
      """json
      { "orderId": "ORD-2003", "reason": "OUT_OF_STOCK", "comment": null, "cancelledAt": "{{any}}" }
      """
