@payments
Feature: Payments are announced
  The payment service announces captured payments on a topic of its own, which only accounting reads. This test does not:
  it asks the broker for its acknowledgement, and the warehouse's topic for silence.

  Background:
    Given I have a topic "payments"
    And PaymentCaptured Avro schema is registered for topic "payments"

  @smoke
  Scenario: A payment is captured
    When I produce event {"paymentId": "PAY-3001", "orderId": "ORD-3001", "method": "INVOICE", "amount": 129, "capturedAt": "2026-03-02T10:15:00Z"} to topic "payments"
    Then the event should be acknowledged

  Scenario: The warehouse is not told of payments
    When I produce a PaymentCaptured event to "payments"
    Then the event should be acknowledged
    And no event should arrive on topic "orders" within 200 ms

  Scenario: A payment follows its order
    Given I have correlation ID "ORD-3002"
    When I produce an OrderCreated event to "orders"
    Then I should receive an event with correlation "ORD-3002" from topic "orders" within 10 seconds
    When I produce a PaymentCaptured event to "payments"
    Then all events should be acknowledged

  @performance
  Scenario: Payments are captured at a steady pace
    When I produce 50 events from template "payment-captured" to topic "payments" at 500 per second
    Then all events should be acknowledged
    And the p95 produce latency on topic "payments" should be below 2000 ms
